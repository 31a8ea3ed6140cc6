//! The pages: well-formed, usable without eyes or mouse, and never made of what somebody wrote.

mod all;
pub mod collected;
mod contrast;
pub mod duty;
mod every;
mod hostile;
mod html;
mod lists;
mod outside;
mod outsiders;
mod own;
mod pen;
pub mod registers;
mod reports;
pub mod reviewed;
pub mod sample;
mod shown;

pub use html::elements as elements_of;
pub use sample::run as run_of;
