"""Tables of many rows: columns, order, marks, and the runs in them."""
