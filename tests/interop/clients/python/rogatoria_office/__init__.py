"""An office's client of rogatoria.v1, written from docs/formats alone: no code shared with the C++ library."""
