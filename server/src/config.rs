//! The command line and the environment, and nothing but reading them.
