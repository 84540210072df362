//! A static file server on loopback, for `serve` and for the journeys: any static host does the same.
//!
//! It serves the site at `/` and below `/sub/path/`, as the site must work in both.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

/// Below this path the site is served a second time.
pub(crate) const SUB_PATH: &str = "/sub/path";

/// What the page may do; a site's host should send the same.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' \
                      'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                      worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// A running server.
pub(crate) struct Server {
    pub(crate) port: u16,
    thread: JoinHandle<()>,
}

impl Server {
    /// Serves `folder` on `port`, or on the next one that is free; 0 for any.
    pub(crate) fn start(folder: PathBuf, port: u16) -> Result<Self> {
        let ports = if port == 0 { 0..=0 } else { port..=port.saturating_add(20) };
        let listener = ports
            .into_iter()
            .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
            .context("no free port on loopback")?;
        let port = listener.local_addr()?.port();
        let folder = Arc::new(folder);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let folder = Arc::clone(&folder);
                std::thread::spawn(move || {
                    let _ = answer(stream, &folder);
                });
            }
        });
        Ok(Self { port, thread })
    }

    /// Until the process ends.
    pub(crate) fn wait(self) {
        let _ = self.thread.join();
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> Result<()> {
    let mut request = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let target = request.split_whitespace().nth(1).unwrap_or("/");
    let (status, kind, body) = match file_of(target).and_then(|file| read(folder, &file)) {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"there is no such file\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nContent-Security-Policy: {POLICY}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    Ok(())
}

/// The file that a request names, relative to the site; `None` for what leads out of it.
fn file_of(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or("/");
    let path = path.strip_prefix(SUB_PATH).unwrap_or(path).trim_start_matches('/');
    if path.split('/').any(|part| part == "..") {
        return None;
    }
    Some(if path.is_empty() { "index.html".to_owned() } else { path.to_owned() })
}

fn read(folder: &Path, file: &str) -> Option<(&'static str, Vec<u8>)> {
    let body = std::fs::read(folder.join(file)).ok()?;
    let kind = match Path::new(file).extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" | "webmanifest" => "application/json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    };
    Some((kind, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_a_file_of_the_site() {
        assert_eq!(file_of("/").as_deref(), Some("index.html"));
        assert_eq!(file_of("/sub/path/").as_deref(), Some("index.html"));
        assert_eq!(file_of("/sub/path/web.js?v=1").as_deref(), Some("web.js"));
        assert_eq!(file_of("/../secret"), None);
    }
}
