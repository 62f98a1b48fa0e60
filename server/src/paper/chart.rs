//! The chart: an SVG that the server has drawn, as a picture of lines and areas.

use super::{fonts::Fonts, ink};
use crate::drawing;
use krilla::{
    geom::{Size, Transform},
    surface::Surface,
};
use krilla_svg::{SurfaceExt as _, SvgSettings};
use resvg::usvg::Tree;

pub(super) struct Chart {
    tree: Tree,
}

/// A longer text is no drawing of ours.
const LONGEST: usize = 8 << 20;

impl Chart {
    /// `None`: it cannot be drawn.
    pub(super) fn read(svg: &str, fonts: &Fonts) -> Option<Self> {
        let tree = drawing::tree(svg, &fonts.files).ok().filter(|_| svg.len() <= LONGEST)?;
        Some(Self { tree })
    }

    /// As high as it is when it is as wide as the column, within reason.
    pub(super) fn height(&self) -> f32 {
        let size = self.tree.size();
        (ink::COLUMN * size.height() / size.width()).clamp(60.0, 300.0)
    }

    pub(super) fn draw(&self, surface: &mut Surface<'_>, y: f32, height: f32) {
        let Some(size) = Size::from_wh(ink::COLUMN, height) else { return };
        surface.push_transform(&Transform::from_translate(ink::LEFT, y));
        // Letters as outlines: a picture has a text of its own that says what it shows, and a service may be called anything.
        surface.draw_svg(&self.tree, size, SvgSettings { embed_text: false, ..SvgSettings::default() });
        surface.pop();
    }
}
