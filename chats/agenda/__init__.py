"""What people have to do: lists and a week of activities."""
