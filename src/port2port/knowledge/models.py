"""What the network knows: the tables of each part, gathered for Django."""
