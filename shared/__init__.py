"""The services' common library: contracts and plumbing."""

VERSION = "0.1.0"
