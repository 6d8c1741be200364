"""How the network governs itself: the tables of each part, gathered for Django."""

__all__: list[str] = []
