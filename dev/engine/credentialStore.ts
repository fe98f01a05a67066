import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { deepCopy } from 'n8n-workflow';

/** A credential as n8n keeps it: `data` holds only what the user filled in and what was renewed since. */
export interface StoredCredential {
	name: string;
	/** Name of the credential type, e.g. `kooSearchApi`. */
	type: string;
	data: ICredentialDataDecryptedObject;
}

/** Stands in for n8n's table of credentials; the nodes of a workflow refer to the entries by id. */
export class CredentialStore {
	/** How often a credential type's `preAuthentication` hook was called. */
	preAuthentications = 0;

	private readonly entries: Map<string, StoredCredential>;

	/** @param entries by id; they are copied, so that the object given stays as it is */
	constructor(entries: Record<string, StoredCredential> = {}) {
		this.entries = new Map(Object.entries(deepCopy(entries)));
	}

	/** The entry itself: after a run, its `data` holds what the run stored. */
	get(id: string): StoredCredential {
		const entry = this.find(id);
		if (!entry) throw new Error(`The credential store has no entry "${id}"`);
		return entry;
	}

	find(id: string): StoredCredential | undefined {
		return this.entries.get(id);
	}
}
