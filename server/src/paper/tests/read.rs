//! Reads a PDF as other programs do.

use lopdf::{Document, Object};

pub(crate) struct Read {
    document: Document,
    /// What can be copied from each page, without blanks: these are matters of layout.
    pub(crate) pages: Vec<String>,
    /// All streams, unpacked.
    pub(crate) streams: Vec<u8>,
    /// All strings outside of streams.
    pub(crate) strings: String,
}

/// The same without blanks.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

impl Read {
    pub(crate) fn new(pdf: &[u8]) -> Self {
        let document = Document::load_mem(pdf).expect("a PDF");
        let numbers: Vec<u32> = document.get_pages().keys().copied().collect();
        let page = |number| squeezed(&document.extract_text(&[number]).expect("its text"));
        let pages = numbers.into_iter().map(page).collect();
        let (mut streams, mut strings) = (Vec::new(), String::new());
        for object in document.objects.values() {
            collect(object, &mut streams, &mut strings);
        }
        Self { document, pages, streams, strings }
    }

    pub(crate) fn text(&self) -> String {
        self.pages.concat()
    }

    /// Whatever anybody could find in it, however it is stored.
    pub(crate) fn everything(&self) -> String {
        [&self.text(), &*String::from_utf8_lossy(&self.streams), &self.strings].map(|part| part.to_owned()).join("\n")
    }

    pub(crate) fn info(&self, key: &str) -> String {
        let info = self.document.trailer.get(b"Info").and_then(Object::as_reference).expect("its information");
        let info = self.document.get_dictionary(info).expect("its information");
        lopdf::decode_text_string(info.get(key.as_bytes()).expect(key)).expect(key)
    }

    /// How many elements of a kind the structure has.
    pub(crate) fn structure(&self, kind: &str) -> usize {
        let is_one = |object: &Object| {
            object.as_dict().is_ok_and(|d| {
                d.has(b"P") && d.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == kind.as_bytes())
            })
        };
        self.document.objects.values().filter(|object| is_one(object)).count()
    }
}

fn collect(object: &Object, streams: &mut Vec<u8>, strings: &mut String) {
    match object {
        Object::String(..) => {
            strings.push_str(&lopdf::decode_text_string(object).unwrap_or_default());
            strings.push('\n');
        }
        Object::Array(all) => all.iter().for_each(|one| collect(one, streams, strings)),
        Object::Dictionary(all) => all.iter().for_each(|(_, one)| collect(one, streams, strings)),
        Object::Stream(stream) => {
            streams.extend(stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()));
            stream.dict.iter().for_each(|(_, one)| collect(one, streams, strings));
        }
        _ => {}
    }
}
