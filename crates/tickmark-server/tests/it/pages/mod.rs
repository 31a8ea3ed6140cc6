//! The pages: well-formed, usable without eyes or mouse, and never made of what somebody wrote.

mod all;
mod every;
mod hostile;
mod html;
mod pen;
mod sample;
mod shown;
