//! The working area as its people find it: every route, form and cookie, on both kinds of database, without a network.

mod calendar;
mod campaigns;
mod client;
mod conditions;
mod criteria;
mod demonstration;
mod figures;
mod forms;
mod history;
mod house;
mod people;
mod programs;
mod roles;
mod routes;
mod sign_in;
mod single_sign_on;
