"""Diffusion: a denoiser of white noise as a prior, and how inverse problems are solved with it.

Networks meet samplers only as `denoise(x, sigma) -> denoised`: a sampler never sees a network, a
network never sees a schedule, and guidance turns one such function into another.
"""
