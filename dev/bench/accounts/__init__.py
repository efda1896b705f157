"""What sign-ins cost, what they cost those who only read, and what their times tell."""
