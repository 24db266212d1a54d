"""The whole conversation by text (SMS): proved, kept in order, answered once, shaped, counted, and stopped on STOP."""
