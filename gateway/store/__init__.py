"""The gateway's own database: PostgreSQL, by SQLAlchemy's Core; one small module for each port of the domain."""
