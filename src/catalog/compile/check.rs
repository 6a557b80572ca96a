//! What makes a well-formed message valid: the data model errors of the specification, beside repeated options.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{borrow::ToOwned as _, format};

use super::error::{Error, ErrorKind};
use super::model::{Body, Declaration, DeclarationKind, Key, Message};
use super::set;

/// Adds what is wrong with a message to `errors`.
pub(super) fn check(source: &str, message: &Message, errors: &mut Vec<Error>) {
    let mut wrong = |kind, at, reason: String| errors.push(Error::new(kind, source, at, reason));
    let mut seen: Vec<&str> = Vec::new();
    // Variables that a function was applied to, by their declaration or by one that it refers to.
    let mut annotated: Vec<&str> = Vec::new();
    for declaration in &message.declarations {
        let Declaration { kind, name, value, at } = declaration;
        let mut used: Vec<&str> = value.option_variables().map(|variable| variable.name.as_str()).collect();
        if *kind == DeclarationKind::Local {
            used.extend(value.operand_variable().map(|variable| variable.name.as_str()));
        }
        if set::contains(&seen, &name.as_str()) {
            wrong(ErrorKind::DuplicateDeclaration, *at, format!("${name} is declared or used before"));
        } else if used.contains(&name.as_str()) {
            wrong(ErrorKind::DuplicateDeclaration, *at, format!("${name} is used in its own declaration"));
        }
        let referred = value
            .operand_variable()
            .is_some_and(|variable| set::contains(&annotated, &variable.name.as_str()));
        if value.function.is_some() || (*kind == DeclarationKind::Local && referred) {
            set::insert(&mut annotated, name.as_str());
        }
        set::insert(&mut seen, name.as_str());
        for name in used {
            set::insert(&mut seen, name);
        }
    }
    let Body::Match { selectors, variants } = &message.body else { return };
    for selector in selectors {
        if !set::contains(&annotated, &selector.name.as_str()) {
            let reason = format!("${} is not declared with a function to select by", selector.name);
            wrong(ErrorKind::MissingSelectorAnnotation, selector.at, reason);
        }
    }
    let mut keys: Vec<&[Key]> = Vec::new();
    for variant in variants {
        if variant.keys.len() != selectors.len() {
            let reason = format!("{} keys for {} selectors", variant.keys.len(), selectors.len());
            wrong(ErrorKind::VariantKeyMismatch, variant.at, reason);
        }
        if !set::insert(&mut keys, &variant.keys) {
            let reason = "these keys have a variant already".to_owned();
            wrong(ErrorKind::DuplicateVariant, variant.at, reason);
        }
    }
    if !variants.iter().any(|variant| variant.keys.iter().all(|key| *key == Key::CatchAll)) {
        let at = variants.last().map_or(0, |variant| variant.at);
        wrong(ErrorKind::MissingFallbackVariant, at, "no variant has * for all its keys".to_owned());
    }
}
