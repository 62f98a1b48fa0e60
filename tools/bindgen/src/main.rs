//! Writes the JavaScript side of a compiled frontend: `bindgen IN.wasm OUT_DIR`.
//!
//! `wasm-bindgen-cli` does the same, but has to be kept at the very version of the `wasm-bindgen` crate by hand and
//! compiles a web server. As a member of the workspace the version cannot differ: Cargo.lock holds one.

use anyhow::{Context as _, bail};
use std::path::Path;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args_os().skip(1);
    let (Some(input), Some(folder), None) = (args.next(), args.next(), args.next()) else {
        bail!("usage: bindgen IN.wasm OUT_DIR");
    };
    let mut module =
        ModuleConfig::new().parse_file(&input).with_context(|| format!("cannot read {}", input.display()))?;
    empty(&mut module, "hydrate_async");
    Bindgen::new()
        .input_module("frontend", module)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .generate(Path::new(&folder))
        .with_context(|| format!("cannot write the JavaScript side of {}", input.display()))
}

/// Empties the functions with this name, so that they and all that only they call need not be sent to browsers.
///
/// Every type-erased view brings code to hydrate it piece by piece (`hydrate_lazy`), which we never do, a seventh of the
/// whole; it hangs in tables, where no linker can see that nobody calls it. Called after all, it would trap.
fn empty(module: &mut Module, name: &str) {
    let named = |function: &walrus::Function| function.name.as_deref().is_some_and(|full| full.contains(name));
    let ids: Vec<FunctionId> =
        module.funcs.iter_local().map(|(id, _)| id).filter(|id| named(module.funcs.get(*id))).collect();
    for id in ids {
        let signature = module.types.get(module.funcs.get(id).ty());
        let (params, results) = (signature.params().to_vec(), signature.results().to_vec());
        let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
        body.func_body().unreachable();
        let args = params.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(args));
    }
}
