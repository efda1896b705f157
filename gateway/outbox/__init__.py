"""Messages on their way out: left in the transaction that they tell of, sent by a worker after it."""
