//! docs/privacy.md has the table of the code. `STEADFETCH_WRITE=1 cargo test --test redact` writes it.

use std::fmt::Write as _;
use std::fs;

use steadfetch::telemetry::redact::{FIELDS, Form};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/privacy.md");
const BEGIN: &str = "<!-- fields: written from src/telemetry/redact/fields.rs -->\n";
const END: &str = "<!-- end of fields -->\n";

fn form(form: Form) -> &'static str {
    match form {
        Form::Number => "whole number",
        Form::Flag => "yes or no",
        Form::Name => "name of Steadfetch's own",
        Form::Call => "letters, digits, `-`",
        Form::Trace => "random hexadecimal digits",
        Form::Origin => "origin and masked path",
        Form::Route => "masked path, or the app's pattern",
        Form::Label => "masked, at most 40 characters",
        Form::Text => "masked, at most 200 characters",
        Form::ServerText => "masked, at most 200 characters, of trusted origins",
        Form::Own => "as typed, at most 200 characters",
        Form::Words => "as typed, at most 8 000 characters",
        Form::Reference => "`K7P-4WM`: six letters and digits, drawn at random",
    }
}

fn table() -> String {
    let mut table = String::from("| field | what it says | form | leaves |\n|---|---|---|---|\n");
    for field in FIELDS {
        let leaves = if field.named { "only where `privacy.fields` names it" } else { "yes" };
        let _ = writeln!(table, "| `{}` | {} | {} | {leaves} |", field.path, field.says, form(field.form));
    }
    table
}

#[test]
fn the_page_lists_every_field_that_can_leave() {
    let page = fs::read_to_string(PAGE).unwrap();
    let (head, rest) = page.split_once(BEGIN).expect("the beginning of the table");
    let (listed, tail) = rest.split_once(END).expect("the end of the table");
    let table = format!("\n{}\n", table());
    if listed != table && std::env::var_os("STEADFETCH_WRITE").is_some() {
        fs::write(PAGE, [head, BEGIN, &table, END, tail].concat()).unwrap();
        return;
    }
    assert_eq!(listed, table, "write it anew: STEADFETCH_WRITE=1 cargo test --test redact");
}
