"""What runs the orders of a batch: one contract, kept by each runner."""
