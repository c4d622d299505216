"""What happens around the lips: life."""
