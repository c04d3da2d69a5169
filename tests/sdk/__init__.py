"""The TypeScript SDK: what is generated, what compiles, and the example app in a real browser."""
