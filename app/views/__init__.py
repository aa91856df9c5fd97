"""Pictures of the recording; each an AudioView over the same time axis."""
