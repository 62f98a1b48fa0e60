//! Files of the inputs, one after the other, folders in the order of their names.

use super::{Body, Input};
use crate::archive::name::Siblings;
use std::{fs, io, path::Path};

/// One file to read, or why it is not.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) body: Result<Body, Skip>,
}

#[derive(Debug)]
pub(crate) enum Skip {
    Link,
    /// A device, a socket, a pipe within a folder.
    Special,
    Unreadable(io::Error),
}

/// Yields files lazily: a folder may hold millions.
pub(crate) struct Walk {
    /// The next one last.
    left: Vec<Node>,
}

struct Node {
    name: String,
    body: Body,
    is_input: bool,
}

impl Walk {
    pub(crate) fn new(inputs: Vec<Input>) -> Self {
        let mut names = Siblings::new("");
        let node = |input: Input| Node { name: names.name(input.name.as_bytes()), body: input.body, is_input: true };
        let mut left: Vec<Node> = inputs.into_iter().map(node).collect();
        left.reverse();
        Self { left }
    }

    fn enter(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let entries = fs::read_dir(path)?;
        let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort_unstable_by(|a, b| b.cmp(a));
        let mut names = Siblings::within(name);
        self.left.extend(paths.into_iter().map(|path| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            Node { name: names.name(name), body: Body::Path(path), is_input: false }
        }));
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let Node { name, body, is_input } = self.left.pop()?;
            let Body::Path(path) = body else { return Some(Found { name, body: Ok(body) }) };
            // What the user named is followed even if it is a link; what lies within a folder is not.
            let metadata = if is_input { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
            let body = match metadata.map(|metadata| metadata.file_type()) {
                Ok(kind) if kind.is_dir() => match self.enter(&name, &path) {
                    Ok(()) => continue,
                    Err(error) => Err(Skip::Unreadable(error)),
                },
                Ok(kind) if kind.is_file() || is_input => Ok(Body::Path(path)),
                Ok(kind) if kind.is_symlink() => Err(Skip::Link),
                Ok(_) => Err(Skip::Special),
                Err(error) => Err(Skip::Unreadable(error)),
            };
            return Some(Found { name, body });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_in_order_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("b")).unwrap();
        for file in ["b/2.json", "b/1.json", "a.json", "c.json"] {
            fs::write(root.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink("/", root.join("b/out")).unwrap();
        let input = Input::path("logs", root);
        let found: Vec<Found> = Walk::new(vec![input]).collect();
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["logs/a.json", "logs/b/1.json", "logs/b/2.json", "logs/b/out", "logs/c.json"]);
        assert!(matches!(found[3].body, Err(Skip::Link)));
    }

    #[test]
    fn a_missing_input_is_named() {
        let input = Input::path("gone", "/nonexistent/gone");
        let found: Vec<Found> = Walk::new(vec![input]).collect();
        assert!(matches!(found.as_slice(), [Found { body: Err(Skip::Unreadable(_)), .. }]));
    }
}
