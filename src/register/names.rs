//! The names of institutions, products and specialists, for pages and files.

use std::collections::HashMap;

use super::{institutions, products, specialists};
use crate::db::Conn;
use crate::error::Error;
use crate::values::{InstitutionId, Lang, ProductId, SpecialistId, english};

/// Every name of the shared registers, loaded once per page.
#[derive(Clone, Debug, Default)]
pub struct Names {
    institutions: HashMap<InstitutionId, String>,
    products: HashMap<ProductId, String>,
    specialists: HashMap<SpecialistId, String>,
}

impl Names {
    pub fn load(conn: &mut Conn) -> Result<Names, Error> {
        Ok(Names {
            institutions: institutions(conn)?
                .into_iter()
                .map(|row| (row.id, row.short_name))
                .collect(),
            products: products(conn)?
                .into_iter()
                .map(|row| (row.id, row.name))
                .collect(),
            specialists: specialists(conn)?
                .into_iter()
                .map(|row| (row.id, row.name))
                .collect(),
        })
    }

    /// The names as a reader of this language knows them; people keep theirs.
    #[must_use]
    pub fn read_in(mut self, lang: Lang) -> Names {
        if lang == Lang::En {
            for name in self.institutions.values_mut() {
                *name = english::institution(name);
            }
            for name in self.products.values_mut() {
                *name = english::product(name);
            }
        }
        self
    }

    /// Its short name; a dash for none.
    pub fn institution(&self, id: InstitutionId) -> &str {
        self.institutions.get(&id).map_or("—", String::as_str)
    }

    /// The institution whose number an address gives.
    pub fn known_institution(&self, text: &str) -> Option<InstitutionId> {
        let id = InstitutionId(text.parse().ok()?);
        self.institutions.contains_key(&id).then_some(id)
    }

    /// Its name; a dash for none.
    pub fn product(&self, id: ProductId) -> &str {
        self.products.get(&id).map_or("—", String::as_str)
    }

    /// Its name; a dash for none.
    pub fn specialist(&self, id: SpecialistId) -> &str {
        self.specialists.get(&id).map_or("—", String::as_str)
    }
}
