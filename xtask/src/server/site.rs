//! A static site with the strict Content-Security-Policy that the notices are made for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use percent_encoding::percent_decode_str;

use super::{Addresses, Shared};

/// A larger file is not read into memory.
const LARGEST_FILE: u64 = 256 << 20;

/// Directories and the URL prefixes that they are served under, the longest prefix first.
pub(super) struct Site {
    mounts: Vec<(String, PathBuf)>,
    connect: String,
}

impl Site {
    /// `root` is served at `/`, each mount under its own prefix.
    pub(super) fn new(
        root: Option<&Path>,
        mounts: &[(String, PathBuf)],
        addresses: &Addresses,
    ) -> anyhow::Result<Self> {
        let all = mounts.iter().map(|(prefix, path)| (prefix.as_str(), path.as_path()));
        let mut mounts = Vec::new();
        for (prefix, path) in all.chain(root.map(|root| ("/", root))) {
            let real = path.canonicalize().with_context(|| format!("cannot serve {}", path.display()))?;
            anyhow::ensure!(real.is_dir(), "cannot serve {}: it is no directory", path.display());
            mounts.push((format!("/{}", prefix.trim_matches('/')), real));
        }
        mounts.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        let connect = format!("'self' {} {} {}", addresses.first, addresses.second, addresses.refused);
        Ok(Self { mounts, connect })
    }

    /// The policy of a page, weaker or stronger where its URL asks for that: `?csp=no-wasm`, `?csp=frames`, `?csp=off`.
    fn policy(&self, query: &str) -> Option<String> {
        let (wasm, frames) = match query.split('&').find_map(|pair| pair.strip_prefix("csp=")) {
            Some("off") => return None,
            Some("no-wasm") => ("", ""),
            Some("frames") => (" 'wasm-unsafe-eval'", " frame-src 'self';"),
            _ => (" 'wasm-unsafe-eval'", ""),
        };
        Some(format!(
            "default-src 'none'; connect-src {}; script-src 'self'{wasm}; style-src 'self'; img-src 'self'; \
             worker-src 'self';{frames} \
             require-trusted-types-for 'script'; trusted-types 'none'",
            self.connect
        ))
    }

    /// The file behind a path, an index page for directories and for the paths of a single-page application.
    fn find(&self, path: &str) -> Found {
        let Ok(path) = percent_decode_str(path).decode_utf8() else { return Found::Nothing };
        let inside = |prefix: &str| -> Option<String> {
            let rest = path.strip_prefix(prefix.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
        };
        let Some((rest, root)) = self.mounts.iter().find_map(|(prefix, root)| Some((inside(prefix)?, root)))
        else {
            return Found::Nothing;
        };
        let odd = |part: &str| part == ".." || part.contains(['\\', '\0', ':']);
        if rest.split('/').any(odd) {
            return Found::Nothing;
        }
        let plain = root.join(&rest);
        if plain.is_dir() && !path.ends_with('/') {
            // Relative URLs in its index page count from the directory.
            return Found::Directory;
        }
        let indexed = if plain.is_dir() { plain.join("index.html") } else { plain };
        let last = rest.rsplit('/').next().unwrap_or_default();
        let fallback = if last.contains('.') { None } else { Some(root.join("index.html")) };
        // Symbolic links may not lead out of the directory.
        let within =
            |file: PathBuf| file.canonicalize().ok().filter(|file| file.starts_with(root) && file.is_file());
        within(indexed).or_else(|| within(fallback?)).map_or(Found::Nothing, Found::File)
    }
}

enum Found {
    File(PathBuf),
    Directory,
    Nothing,
}

/// Serves a file.
pub(super) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let mut response = Response::default();
    if request.method() != Method::GET && request.method() != Method::HEAD {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        return response;
    }
    let uri = request.uri().clone();
    let query = uri.query().unwrap_or_default();
    let headers = response.headers_mut();
    if let Some(policy) = shared.site.policy(query).and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    // `?cache=revalidate`: pages that are not to be stored stay out of the back/forward cache.
    let revalidate = query.split('&').any(|pair| pair == "cache=revalidate");
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if revalidate { "no-cache" } else { "no-store" }));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // A used connection makes browsers repeat requests by themselves; scenarios shall not inherit one.
    headers.insert("connection", HeaderValue::from_static("close"));
    let found = tokio::task::spawn_blocking(move || {
        let found = shared.site.find(uri.path());
        let content = match &found {
            Found::File(file) => content(file),
            _ => None,
        };
        let target =
            format!("{}/{}", uri.path(), uri.query().map_or_else(String::new, |query| format!("?{query}")));
        (found, content, target)
    });
    let (status, body) = match found.await {
        Ok((Found::File(file), Some(content), _)) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind_of(&file)));
            (StatusCode::OK, Body::from(content))
        }
        Ok((Found::Directory, _, target)) => {
            headers.extend(HeaderValue::from_str(&target).ok().map(|value| (LOCATION, value)));
            (StatusCode::PERMANENT_REDIRECT, Body::empty())
        }
        _ => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            (StatusCode::NOT_FOUND, Body::from("There is no such file.\n"))
        }
    };
    *response.status_mut() = status;
    *response.body_mut() = body;
    response
}

fn content(file: &Path) -> Option<Vec<u8>> {
    let small = file.metadata().ok()?.len() <= LARGEST_FILE;
    small.then(|| std::fs::read(file).ok()).flatten()
}

/// The content type, by the extension.
fn kind_of(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
