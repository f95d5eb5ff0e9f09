"""Charts of training curves: the raster, one chart, a grid of them, what a person does there."""
