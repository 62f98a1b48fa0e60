//! Files of the inputs, one after the other, folders in the order of their names.

use super::Input;
use crate::archive::name::Siblings;
use std::{fs, io, path::PathBuf};

/// One file to read, or why it is not.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) file: Result<PathBuf, Skip>,
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
    path: PathBuf,
    is_input: bool,
}

impl Walk {
    pub(crate) fn new(inputs: Vec<Input>) -> Self {
        let mut names = Siblings::new("");
        let node = |input: Input| Node { name: names.name(input.name.as_bytes()), path: input.path, is_input: true };
        let mut left: Vec<Node> = inputs.into_iter().map(node).collect();
        left.reverse();
        Self { left }
    }

    fn enter(&mut self, folder: &Node) -> io::Result<()> {
        let entries = fs::read_dir(&folder.path)?;
        let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.sort_unstable_by(|a, b| b.cmp(a));
        let mut names = Siblings::within(&folder.name);
        self.left.extend(paths.into_iter().map(|path| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            Node { name: names.name(name), path, is_input: false }
        }));
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let node = self.left.pop()?;
            // What the user named is followed even if it is a link; what lies within a folder is not.
            let metadata = if node.is_input { fs::metadata(&node.path) } else { fs::symlink_metadata(&node.path) };
            let file = match metadata.map(|metadata| metadata.file_type()) {
                Ok(kind) if kind.is_dir() => match self.enter(&node) {
                    Ok(()) => continue,
                    Err(error) => Err(Skip::Unreadable(error)),
                },
                Ok(kind) if kind.is_file() || node.is_input => Ok(node.path),
                Ok(kind) if kind.is_symlink() => Err(Skip::Link),
                Ok(_) => Err(Skip::Special),
                Err(error) => Err(Skip::Unreadable(error)),
            };
            return Some(Found { name: node.name, file });
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
        let input = Input { name: "logs".to_owned(), path: root.to_owned() };
        let found: Vec<Found> = Walk::new(vec![input]).collect();
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["logs/a.json", "logs/b/1.json", "logs/b/2.json", "logs/b/out", "logs/c.json"]);
        assert!(matches!(found[3].file, Err(Skip::Link)));
    }

    #[test]
    fn a_missing_input_is_named() {
        let input = Input { name: "gone".to_owned(), path: "/nonexistent/gone".into() };
        let found: Vec<Found> = Walk::new(vec![input]).collect();
        assert!(matches!(found.as_slice(), [Found { file: Err(Skip::Unreadable(_)), .. }]));
    }
}
