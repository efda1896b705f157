"""GraphQL machinery that knows nothing of the product: parsing, planning, loading, errors."""
