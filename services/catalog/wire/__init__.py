"""Messages to rows and back, without any input or output."""
