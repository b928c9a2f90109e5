"""What a project folder says: compose files, Dockerfiles, bake files, .env."""
