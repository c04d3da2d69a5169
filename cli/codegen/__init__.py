"""`albertplus codegen`: the functions as TypeScript, for the official Convex clients."""
