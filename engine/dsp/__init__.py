"""Classical methods on numpy arrays; loads scipy, so tasks import it when they run."""
