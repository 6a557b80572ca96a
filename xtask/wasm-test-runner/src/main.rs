//! Runs wasm-bindgen tests in a browser. A program of its own, so that `cargo xtask build` need not compile it.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
