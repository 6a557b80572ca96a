//! The static site.

use std::path::PathBuf;

use super::client::{Answer, Client, ask, get};
use crate::server::{Config, Running, start};

/// A site of the test's own, in a directory that goes away with it.
struct Site {
    root: PathBuf,
    server: Running,
}

impl Site {
    async fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("fault-server-site-{name}-{}", std::process::id()));
        let files = [
            ("site/index.html", "<h1>home</h1>"),
            ("site/app.js", "export {}"),
            ("site/steadfetch.wasm", "\0asm"),
            ("site/sub/index.html", "<h1>sub</h1>"),
            ("site/a b.css", "a{}"),
            ("more/x.json", "{}"),
            ("secret.txt", "secret"),
        ];
        for (path, content) in files {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("secret.txt"), root.join("site/link.txt")).ok();
        let mounts = vec![("/more".to_owned(), root.join("more"))];
        let server =
            start(Config { site: Some(root.join("site")), mounts, ..Config::default() }).await.unwrap();
        Self { root, server }
    }

    async fn get(&self, path: &str) -> Answer {
        get(&self.server.addresses.first, path).await
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

#[tokio::test]
async fn files_with_their_types() {
    let site = Site::new("types").await;
    let kinds = [
        ("/", "<h1>home</h1>", "text/html; charset=utf-8"),
        ("/index.html?x=1", "<h1>home</h1>", "text/html; charset=utf-8"),
        ("/app.js", "export {}", "text/javascript; charset=utf-8"),
        ("/steadfetch.wasm", "\0asm", "application/wasm"),
        ("/a%20b.css", "a{}", "text/css; charset=utf-8"),
        ("/more/x.json", "{}", "application/json"),
        ("/sub/", "<h1>sub</h1>", "text/html; charset=utf-8"),
        ("/some/view/of/the/app", "<h1>home</h1>", "text/html; charset=utf-8"),
    ];
    for (path, text, kind) in kinds {
        let answer = site.get(path).await;
        assert_eq!((answer.status, answer.text()), (200, text), "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let answer = site.get("/sub?x").await;
    assert_eq!((answer.status, answer.header("location")), (308, Some("/sub/?x")));
    let mut client = Client::connect(&site.server.addresses.first).await;
    client.send("HEAD /app.js", &[], b"").await;
    let head = client.head().await.unwrap();
    assert_eq!((head.status, head.header("content-length")), (200, Some("9")));
    assert!(client.rest().await.0.is_empty());
    assert_eq!(ask(&site.server.addresses.first, "POST /app.js", &[], b"").await.unwrap().status, 405);
    assert_eq!(site.get("/?cache=revalidate").await.header("cache-control"), Some("no-cache"));
}

#[tokio::test]
async fn nothing_outside_the_directory() {
    let site = Site::new("outside").await;
    let paths = [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/sub/../../secret.txt",
        "/..%2fsecret.txt",
        "/link.txt",
        "/missing.js",
        "/%00",
        "/%ff.js",
        "//secret.txt",
        "/more/../secret.txt",
        "/..%5csecret.txt",
        "/more/missing.json",
    ];
    for path in paths {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {:?}", answer.text());
    }
}

#[tokio::test]
async fn the_content_security_policy() {
    let site = Site::new("csp").await;
    let csp = async |path: &str| site.get(path).await.header("content-security-policy").map(str::to_owned);
    let addresses = &site.server.addresses;
    let strict = format!(
        "default-src 'none'; connect-src 'self' {} {} {}; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
        addresses.first, addresses.second, addresses.refused
    );
    assert_eq!(csp("/").await.as_ref(), Some(&strict));
    assert_eq!(
        csp("/app.js").await.as_ref(),
        Some(&strict),
        "workers are bound by the policy of their script"
    );
    assert_eq!(csp("/?csp=no-wasm").await, Some(strict.replace(" 'wasm-unsafe-eval'", "")));
    assert_eq!(csp("/?csp=off").await, None);
}

#[tokio::test]
async fn a_site_that_is_not_there() {
    for path in ["/nowhere/at/all", "/proc/self/exe"] {
        let error = start(Config { site: Some(path.into()), ..Config::default() }).await.err().unwrap();
        assert!(format!("{error:#}").starts_with(&format!("cannot serve {path}")), "{error:#}");
    }
    let server = start(Config::default()).await.unwrap();
    assert_eq!(get(&server.addresses.first, "/").await.status, 404, "no site at all is fine too");
}
