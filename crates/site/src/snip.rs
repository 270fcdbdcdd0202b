//! Leaving out functions that nothing calls, but that no compiler can tell from
//! those that something might.

use anyhow::{Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ValType};

/// Leaves out what Leptos hydrates lazily loaded routes with. The app has none,
/// but a pointer to it stands in every view whose type is erased
/// (<https://github.com/leptos-rs/leptos/issues/4852>): a tenth of the download.
/// Fails when there is no such thing any more, and this can go.
pub(crate) fn hydration_of_lazy_routes(module: &mut Module) -> Result<()> {
    let snipped = out(module, "hydrate_async");
    ensure!(snipped > 0, "Leptos has no hydrate_async any more: take snip.rs out of the site's build");
    Ok(())
}

/// Makes traps of the functions that have this identifier in their path, and says
/// of how many. What only they needed goes when wasm-bindgen collects garbage.
fn out(module: &mut Module, identifier: &str) -> usize {
    // As both of rustc's manglings have it: its length before it.
    let mangled = format!("{}{identifier}", identifier.len());
    let found = |name: &Option<String>| name.as_ref().is_some_and(|name| name.contains(&mangled));
    let all: Vec<FunctionId> =
        module.funcs.iter_local().map(|(id, _)| id).filter(|id| found(&module.funcs.get(*id).name)).collect();
    for id in &all {
        trap(module, *id);
    }
    all.len()
}

fn trap(module: &mut Module, id: FunctionId) {
    let of_type = module.types.get(module.funcs.get(id).ty());
    let (params, results): (Vec<ValType>, Vec<ValType>) = (of_type.params().to_vec(), of_type.results().to_vec());
    let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
    body.func_body().unreachable();
    let args = params.iter().map(|param| module.locals.add(*param)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(args));
}

#[cfg(test)]
mod tests {
    use walrus::passes::gc;

    use super::*;

    /// Exports each function under its own name; each adds one by a helper of its own.
    fn module(names: &[&str]) -> Module {
        let mut module = Module::default();
        for name in names {
            let helper = function(&mut module, &format!("helper of {name}"), None);
            let id = function(&mut module, name, Some(helper));
            module.exports.add(name, id);
        }
        module
    }

    fn function(module: &mut Module, name: &str, calls: Option<FunctionId>) -> FunctionId {
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
        let arg = module.locals.add(ValType::I32);
        builder.name(name.to_owned()).func_body().local_get(arg);
        if let Some(called) = calls {
            builder.func_body().call(called);
        }
        builder.finish(vec![arg], &mut module.funcs)
    }

    #[test]
    fn what_only_a_snipped_function_needed_goes_with_it() {
        let snipped = "_ZN6tachys4view13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE";
        let kept = "_ZN6tachys4view7hydrate17h0123456789abcdefE";
        let mut module = module(&[snipped, kept]);
        hydration_of_lazy_routes(&mut module).unwrap();
        gc::run(&mut module);
        let mut names: Vec<_> = module.funcs.iter().filter_map(|function| function.name.clone()).collect();
        names.sort();
        assert_eq!(
            names,
            [snipped, kept, &format!("helper of {kept}")],
            "traps keep their names, for who steps on one"
        );
        Module::from_buffer(&module.emit_wasm()).unwrap();
    }

    #[test]
    fn that_there_is_nothing_to_snip_is_told() {
        let error = hydration_of_lazy_routes(&mut module(&["hydrate", "my_hydrate_async"])).unwrap_err();
        assert!(error.to_string().contains("snip.rs"), "{error}");
    }
}
