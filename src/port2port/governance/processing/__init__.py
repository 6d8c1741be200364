"""The register of processing, from what the program really stores."""
