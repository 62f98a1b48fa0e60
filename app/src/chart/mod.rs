//! Pure functions from the model to a `charming::Chart`.
