"""The only room that knows SQLAlchemy: posts, claims, findings and editions in SQLite or PostgreSQL."""
