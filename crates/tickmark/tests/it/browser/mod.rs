//! The ten journeys in a real browser, with axe on every page that they come by and without one complaint of the console.

mod axe;
mod driver;
mod journeys;
mod pages;
mod site;
mod source;
