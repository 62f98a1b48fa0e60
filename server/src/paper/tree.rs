//! The structure of the document as the format has it.

use super::{
    flow::{Element, ElementId, Tag},
    text::clean,
};
use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, TagGroup, TagKind, TagTree};
use std::num::NonZeroU16;

/// `marks`: what was drawn of each element, in the order of reading.
pub(super) fn tree(elements: &[Element], marks: &mut [Vec<Identifier>]) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(super::LANGUAGE.into()));
    for (n, element) in elements.iter().enumerate() {
        if element.is_root {
            tree.push(group(elements, marks, ElementId(n), element));
        }
    }
    tree
}

/// Elements lie in elements a few levels deep.
fn group(elements: &[Element], marks: &mut [Vec<Identifier>], id: ElementId, element: &Element) -> TagGroup {
    let mut group = TagGroup::new(kind(&element.tag));
    for mark in marks.get_mut(id.0).map(std::mem::take).unwrap_or_default() {
        group.push(mark);
    }
    for child in &element.children {
        if let Some(element) = elements.get(child.0) {
            group.push(Node::Group(self::group(elements, marks, *child, element)));
        }
    }
    group
}

fn kind(tag: &Tag) -> TagKind {
    use krilla::tagging::Tag as Kind;
    match tag {
        Tag::Heading(level, words) => {
            Kind::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(clean(words))).into()
        }
        Tag::Paragraph => Kind::P.into(),
        Tag::List => Kind::L(ListNumbering::Disc).into(),
        Tag::Item => Kind::LI.into(),
        Tag::Label => Kind::Lbl.into(),
        Tag::ItemBody => Kind::LBody.into(),
        Tag::Table => Kind::Table.into(),
        Tag::TableHead => Kind::THead.into(),
        Tag::TableBody => Kind::TBody.into(),
        Tag::Row => Kind::TR.into(),
        Tag::ColumnHead => Kind::TH(TableHeaderScope::Column).into(),
        Tag::RowHead => Kind::TH(TableHeaderScope::Row).into(),
        Tag::Cell => Kind::TD.into(),
        Tag::Figure(words) => Kind::Figure(Some(clean(words))).into(),
    }
}
