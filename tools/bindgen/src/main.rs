//! Writes the JavaScript side of a compiled frontend: `bindgen IN.wasm OUT_DIR`.
//!
//! `wasm-bindgen-cli` does the same, but has to be kept at the very version of the `wasm-bindgen` crate by hand and
//! compiles a web server. As a member of the workspace the version cannot differ: Cargo.lock holds one.

use anyhow::{Context as _, bail};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args_os().skip(1);
    let (Some(input), Some(folder), None) = (args.next(), args.next(), args.next()) else {
        bail!("usage: bindgen IN.wasm OUT_DIR");
    };
    Bindgen::new()
        .input_path(Path::new(&input))
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .out_name("frontend")
        .generate(Path::new(&folder))
        .with_context(|| format!("cannot write the JavaScript side of {}", input.display()))
}
