//! `tls-sunset serve` as a process: how it starts, refuses to start, and ends.

use sqlx::{Connection as _, PgConnection, PgPool};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// The program with a site and a data folder of its own, and nothing of this machine's environment.
pub(crate) fn program(dir: &TempDir) -> Command {
    let site = dir.path().join("site");
    fs::create_dir_all(&site).expect("a folder");
    let manifest = r#"{"script":"/pkg/app.1.js","wasm":"/pkg/app.1.wasm","style":"/pkg/app.1.css"}"#;
    fs::write(site.join("manifest.json"), manifest).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tls-sunset"));
    command.env_remove("DATABASE_URL").env("SUNSET_SITE_DIR", site).env("SUNSET_DATA_DIR", dir.path().join("data"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Asserts that the program ends at once with code 1, and answers the one sentence that it says.
fn refusal(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{said}");
    let sentences: Vec<_> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(sentences.len(), 1, "{said}");
    assert!(sentences[0].ends_with('.'), "{said}");
    sentences[0].trim_start_matches("error: ").to_owned()
}

#[test]
fn only_loopback_addresses_are_taken() {
    let dir = tempfile::tempdir().expect("a folder");
    for address in ["0.0.0.0:3000", "192.0.2.1:3000", "[::]:3000"] {
        let said = refusal(program(&dir).args(["serve", "--addr", address]));
        assert!(said.contains("--auth accounts") && said.contains(address), "{said}");
    }
    let said = refusal(program(&dir).args(["serve", "--auth", "accounts", "--addr", "0.0.0.0:3000"]));
    assert!(said.contains("--host NAME"), "{said}");
    let wrong = program(&dir).args(["serve", "--addr", "example.org"]).output().expect("the program runs");
    assert_eq!(wrong.status.code(), Some(2), "wrong usage");
}

#[test]
fn a_provider_by_which_nobody_could_sign_in_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let gone = dir.path().join("gone").display().to_string();
    let client = ["--oidc-client-id", "sunset", "--oidc-roles", "staff=viewer"];
    for (auth, issuer, more, words) in [
        ("none", "https://login.example.org", vec![], "--auth accounts as well"),
        ("accounts", "http://login.example.org", vec![], "must be reached by https"),
        ("accounts", "login.example.org", vec![], "no issuer URL"),
        ("accounts", "https://login.example.org", vec!["--oidc-client-secret-file", &gone], "secret cannot be read"),
    ] {
        let serve = ["serve", "--addr", "127.0.0.1:0", "--auth", auth, "--oidc-issuer", issuer];
        let said = refusal(program(&dir).args(serve).args(client).args(more));
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_taken_port_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("an address").to_string();
    let said = refusal(program(&dir).env("SUNSET_ADDR", &address));
    assert_eq!(said, format!("{address} is in use: stop the other program or choose another port with --addr."));
    assert!(!dir.path().join("data").exists(), "no database is started for nothing");
}

#[test]
fn without_the_pages_files_it_says_how_to_make_them() {
    let dir = tempfile::tempdir().expect("a folder");
    let said = refusal(program(&dir).env("SUNSET_SITE_DIR", dir.path().join("nowhere")));
    assert!(said.contains("nowhere") && said.contains("make build"), "{said}");
}

#[test]
fn a_wrong_database_url_is_one_sentence_without_the_password() {
    let dir = tempfile::tempdir().expect("a folder");
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port nobody listens at");
    for url in [format!("postgres://me:secret@{closed}/logs"), "mysql://me:secret@localhost/logs".into()] {
        let said = refusal(program(&dir).args(["serve", "--addr", "127.0.0.1:0", "--database-url", &url]));
        assert!(!said.contains("secret"), "{said}");
    }
}

/// A server that runs, killed at the latest when the test ends.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program runs");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Self { child, address }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn upload(&self, files: &[Vec<u8>]) -> String {
        upload(&self.address, files)
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    fn get(&self, path: &str) -> String {
        self.ask(path, "HTTP/1.1")
    }

    /// In one piece.
    pub(crate) fn page(&self, path: &str) -> String {
        self.ask(path, "HTTP/1.0")
    }

    fn ask(&self, path: &str, version: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} {version}\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn stop(mut self) -> (Option<i32>, String) {
        let pid = nix::unistd::Pid::from_raw(self.child.id() as i32);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("a signal");
        let code = self.child.wait().expect("it ends").code();
        let mut log = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut log).expect("UTF-8");
        (code, log)
    }
}

/// Sends files as one upload; answers what comes back, nothing of a server that ends meanwhile.
pub(crate) fn upload(address: &str, files: &[Vec<u8>]) -> String {
    let mut body = Vec::new();
    for (n, file) in files.iter().enumerate() {
        let head = format!("--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{n}.json\"\r\n\r\n");
        body.extend([head.as_bytes(), file, b"\r\n"].concat());
    }
    body.extend(b"--x--\r\n");
    let head = format!(
        "POST /api/v1/uploads HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: multipart/form-data; \
         boundary=x\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut answer = String::new();
    // Killed in the middle of it, it takes no more, and answers nothing.
    if let Ok(mut stream) = TcpStream::connect(address) {
        stream.write_all(&[head.into_bytes(), body].concat()).ok();
        stream.read_to_string(&mut answer).ok();
    }
    answer
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn it_starts_with_its_own_database_stops_on_a_signal_and_starts_again() {
    let dir = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        let server = Running::start(program(&dir).env("SUNSET_ADDR", "127.0.0.1:0"));
        assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
        // Threads take turns: what belongs to one of them must not break a page that another one ends.
        for page in (0..20).map(|_| server.get("/")) {
            assert!(page.contains("TLS Sunset") && page.ends_with("0\r\n\r\n"), "{page}");
        }
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");
        assert!(!has_postgres(dir.path()), "Postgres goes on: {log}");
    }
}

/// A server that runs keeps this file in its data directory.
fn has_postgres(dir: &Path) -> bool {
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() == "postmaster.pid" {
                return true;
            }
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
    false
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn it_serves_from_a_database_of_ones_own_and_logs_for_machines(pool: PgPool) {
    let url = url(&pool).await;
    let dir = tempfile::tempdir().expect("a folder");
    let log = tokio::task::spawn_blocking(move || {
        let mut command = program(&dir);
        let server = Running::start(
            command.args(["serve", "--addr", "localhost:0"]).env("DATABASE_URL", url).env("SUNSET_LOG_FORMAT", "json"),
        );
        assert!(server.get("/api/v1/callers?q=secret-principal").starts_with("HTTP/1.1 200"));
        server.stop().1
    });
    let log = log.await.expect("no panic");
    assert!(!log.contains("secret-principal"), "{log}");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let answered =
        lines.iter().find(|line| line["path"].as_str().is_some_and(|p| p.contains("/api/v1/callers"))).expect("a line");
    assert_eq!((&answered["status"], answered["duration_ms"].is_u64()), (&200.into(), true), "{answered}");
}

/// What tells an instance of EC2 its region and credentials is asked only for a bucket.
#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn it_asks_nobody_over_the_network_before_there_is_a_bucket(pool: PgPool) {
    let url = url(&pool).await;
    let dir = tempfile::tempdir().expect("a folder");
    let metadata = TcpListener::bind("127.0.0.1:0").expect("a port");
    metadata.set_nonblocking(true).expect("set");
    let endpoint = format!("http://{}", metadata.local_addr().expect("an address"));
    let log = tokio::task::spawn_blocking(move || {
        let mut command = program(&dir);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint);
        let server = Running::start(command.args(["serve", "--addr", "127.0.0.1:0"]).env("DATABASE_URL", url));
        assert!(server.get("/sources").starts_with("HTTP/1.1 200"));
        server.stop().1
    });
    let log = log.await.expect("no panic");
    let asked = metadata.accept().map_err(|error| error.kind());
    assert_eq!(asked.err(), Some(std::io::ErrorKind::WouldBlock), "{log}");
    assert!(!log.contains("WARN"), "{log}");
}

/// The address of a test's database, as somebody would write it.
async fn url(pool: &PgPool) -> String {
    let mut connection: PgConnection = PgConnection::connect_with(&pool.connect_options()).await.expect("a connection");
    let database: String =
        sqlx::query_scalar("select current_database()").fetch_one(&mut connection).await.expect("a name");
    let base = std::env::var("DATABASE_URL").expect("tests have a database");
    let (server, query) = base.split_once('?').map_or((base.as_str(), String::new()), |(s, q)| (s, format!("?{q}")));
    let (authority, _) = server.rsplit_once('/').expect("a database in the address");
    format!("{authority}/{database}{query}")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_log_has_the_code_for_the_first_administrator_where_others_could_be_faster(pool: PgPool) {
    let url = url(&pool).await;
    let log = tokio::task::spawn_blocking(move || {
        let dir = tempfile::tempdir().expect("a folder");
        let start = |host: &[&str]| {
            let mut command = program(&dir);
            command.args(["serve", "--addr", "127.0.0.1:0", "--auth", "accounts"]).args(host);
            let server = Running::start(command.env("DATABASE_URL", &url));
            assert!(server.get("/api/v1/callers").starts_with("HTTP/1.1 401"));
            server.stop().1
        };
        (start(&[]), start(&["--host", "tls.example.org"]))
    });
    let (alone, behind_a_proxy) = log.await.expect("no panic");
    assert!(!alone.contains("one-time code"), "{alone}");
    assert!(behind_a_proxy.contains("open /setup in a browser and give it the one-time code "), "{behind_a_proxy}");
}
