//! Entries of the trust page, taken into the state.

use tickmark_log::digest::{Digest, sha256};

use super::fold::{Corrupt, Entry};
use super::{Access, Blobs, Erasable, Grant, Publication, Revoked, State, Terms, Withdrawn};
use crate::model::body::{
    TrustAccessed, TrustGranted, TrustPublished, TrustRevoked, TrustWithdrawn,
};
use crate::model::ids::ActorId;

impl Entry<'_> {
    pub(super) fn published(
        &self,
        state: &mut State,
        body: TrustPublished,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let file = self.blob("file")?;
        let (commitment, length) = (file.commitment.0, file.length);
        let firm: Option<Erasable<String>> = match body.what.is_report() {
            true => Some(self.erasable(state, "firm", blobs)?),
            false => None,
        };
        let publication = Publication {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            title: self.erasable(state, "title", blobs)?,
            name: self.erasable(state, "name", blobs)?,
            firm,
            file: commitment,
            length,
            body,
            withdrawn: None,
        };
        state.publications.insert(self.index, publication);
        Ok(())
    }

    pub(super) fn withdrawn(
        &self,
        state: &mut State,
        body: &TrustWithdrawn,
    ) -> Result<(), Corrupt> {
        let withdrawn = Withdrawn {
            leaf: self.index,
            recorded: self.time,
            why: body.why,
        };
        let leaf = self.reference(0, "publication")?;
        let publication = state.publications.get_mut(&leaf);
        let publication = publication.filter(|p| p.withdrawn.is_none());
        let missing = || Corrupt::Refers(self.index, "publication that stands");
        publication.ok_or_else(missing)?.withdrawn = Some(withdrawn);
        Ok(())
    }

    pub(super) fn granted(
        &self,
        state: &mut State,
        body: &TrustGranted,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let publication = self.reference(0, "publication")?;
        if !state.publications.contains_key(&publication) {
            return Err(Corrupt::Refers(self.index, "publication"));
        }
        self.terms(state, body.terms, blobs)?;
        let grant = Grant {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            publication,
            recipient: self.erasable(state, "recipient", blobs)?,
            until: body.until,
            terms: body.terms,
            revoked: None,
            accesses: Vec::new(),
        };
        state.grants.insert(self.index, grant);
        Ok(())
    }

    /// Keeps the text of terms that were not seen before. A text that is not what the digest says is none.
    fn terms(&self, state: &mut State, digest: Digest, blobs: &dyn Blobs) -> Result<(), Corrupt> {
        let blob = self.blob("terms")?;
        let known = state.trust_terms.iter().position(|t| t.digest == digest);
        let place = known.unwrap_or_else(|| {
            let text = None;
            state.trust_terms.push(Terms { digest, text });
            state.trust_terms.len() - 1
        });
        let Some(terms) = state.trust_terms.get_mut(place) else {
            return Ok(());
        };
        if terms.text.is_none() {
            let bytes = blobs.bytes(&blob.commitment);
            let bytes = bytes.filter(|bytes| sha256(bytes) == digest);
            terms.text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        }
        Ok(())
    }

    pub(super) fn revoked(&self, state: &mut State, body: &TrustRevoked) -> Result<(), Corrupt> {
        let revoked = Revoked {
            leaf: self.index,
            recorded: self.time,
            why: body.why,
        };
        let grant = self.grant(state)?;
        if grant.revoked.is_some() {
            return Err(Corrupt::Refers(self.index, "grant that stands"));
        }
        grant.revoked = Some(revoked);
        Ok(())
    }

    pub(super) fn accessed(&self, state: &mut State, body: &TrustAccessed) -> Result<(), Corrupt> {
        let access = Access {
            leaf: self.index,
            recorded: self.time,
            what: body.what,
        };
        let grant = self.grant(state)?;
        if grant.terms != body.terms {
            return Err(Corrupt::Refers(self.index, "grant under these terms"));
        }
        grant.accesses.push(access);
        Ok(())
    }

    fn grant<'s>(&self, state: &'s mut State) -> Result<&'s mut Grant, Corrupt> {
        let leaf = self.reference(0, "grant")?;
        let grant = state.grants.get_mut(&leaf);
        grant.ok_or(Corrupt::Refers(self.index, "grant"))
    }
}

/// Whatever was erased says what the redacted copy says; gives the entries that are explained, once for each blob.
pub(super) fn erase(
    state: &mut State,
    old: Digest,
    new: Option<Digest>,
    blobs: &dyn Blobs,
) -> Vec<u64> {
    let mut explained = Vec::new();
    for one in state.publications.values_mut() {
        let texts = [Some(&mut one.title), Some(&mut one.name), one.firm.as_mut()];
        for text in texts.into_iter().flatten() {
            if text.erase(old, new, blobs) {
                explained.push(one.leaf);
            }
        }
        if one.file == old {
            one.file = new.unwrap_or(old);
        }
    }
    for one in state.grants.values_mut() {
        if one.recipient.erase(old, new, blobs) {
            explained.push(one.leaf);
        }
    }
    explained
}
