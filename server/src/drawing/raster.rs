//! SVG to pixels.

use super::{
    DrawError, Size,
    files::{Fonts, SANS},
};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{ImageHrefResolver, Options, Tree},
};

/// Reads an SVG with the bundled fonts. It may name no file and no address.
///
/// # Errors
/// When it is none.
pub fn tree(svg: &str, fonts: &Fonts) -> Result<Tree, DrawError> {
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options {
        font_family: SANS.into(),
        fontdb: fonts.database.clone(),
        image_href_resolver: nothing,
        ..Options::default()
    };
    Ok(Tree::from_str(svg, &options)?)
}

/// Fitted into `size`.
pub(super) fn png(svg: &str, size: Size, fonts: &Fonts) -> Result<Vec<u8>, DrawError> {
    let tree = tree(svg, fonts)?;
    let mut pixels = Pixmap::new(size.width, size.height).ok_or(DrawError::Picture(size))?;
    let scale = (size.width as f32 / tree.size().width()).min(size.height as f32 / tree.size().height());
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|_| DrawError::Picture(size))
}
