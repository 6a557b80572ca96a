//! The built-in catalogs as modules, each with one language in all its voices.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::compile::{Source, compile};
use super::{pseudo, source};
use crate::paths::Paths;

/// The languages, as their files are named.
pub(super) const LOCALES: [&str; 9] = ["en", "ar", "de", "es", "fr", "ja", "pl", "pt-BR", "zh-Hans"];
/// The voices that lie over the plain one, which alone is whole.
pub(super) const VOICES: [&str; 2] = ["warm", "formal"];

/// Whether a module of this name is written.
pub(crate) fn is_language(name: &str) -> bool {
    name == pseudo::LOCALE || LOCALES.contains(&name)
}

/// One catalog: `voice` is empty for the plain one.
pub(super) fn read(paths: &Paths, locale: &str, voice: &str) -> Result<Source> {
    let name = if voice.is_empty() { format!("{locale}.json") } else { format!("{locale}.{voice}.json") };
    let path = paths.join("catalogs").join(name);
    let catalogs = source::read(&path).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}: {}", paths.show(&path), lines.join("; "))
    })?;
    catalogs.into_iter().next().with_context(|| format!("{} is empty", paths.show(&path)))
}

/// Writes all of them into a folder.
pub(crate) fn write(paths: &Paths, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for locale in LOCALES {
        let plain = read(paths, locale, "")?;
        if locale == "en" {
            let pseudo = pseudo::catalog(&plain);
            let entries = entries(&pseudo)?;
            module(folder, &pseudo.locale, &pseudo, [&entries, "", ""])?;
        }
        let voices = VOICES.map(|voice| read(paths, locale, voice).and_then(|source| entries(&source)));
        let [warm, formal] = voices;
        // English speaks plainly out of the engine.
        let own = if locale == "en" { String::new() } else { entries(&plain)? };
        module(folder, locale, &plain, [&own, &warm?, &formal?])?;
    }
    pseudo_panels(paths, &folder.join("panels"))
}

/// The words of panels in the pseudo-locale; those of languages are bundled as they are written.
fn pseudo_panels(paths: &Paths, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let json = pseudo::json(pseudo::catalog(&read(paths, "panels/en", "")?));
    fs::write(folder.join(format!("{}.js", pseudo::LOCALE)), format!("export default {json};\n"))?;
    Ok(fs::write(
        folder.join(format!("{}.d.ts", pseudo::LOCALE)),
        "declare const catalog: { locale: string; messages: Record<string, { title: string; body?: string }> };\nexport default catalog;\n",
    )?)
}

fn module(folder: &Path, locale: &str, source: &Source, [plain, warm, formal]: [&str; 3]) -> Result<()> {
    let language = json!({ "head": head(source)?, "plain": plain, "warm": warm, "formal": formal });
    fs::write(folder.join(format!("{locale}.js")), format!("export default {language};\n"))?;
    Ok(fs::write(
        folder.join(format!("{locale}.d.ts")),
        "declare const language: { head: string; plain: string; warm: string; formal: string };\nexport default language;\n",
    )?)
}

/// What a compiled catalog starts with, before its entries.
fn head(source: &Source) -> Result<String> {
    compiled(&Source { messages: Vec::new(), ..source.clone() })
}

fn entries(source: &Source) -> Result<String> {
    let whole = compiled(source)?;
    let head = head(source)?;
    Ok(whole.strip_prefix(&head).context("a catalog without its head")?.to_owned())
}

fn compiled(source: &Source) -> Result<String> {
    match compile(source) {
        Ok(code) => Ok(code),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("catalog {} {}: {}", source.locale, source.voice, lines.join("; "))
        }
    }
}
