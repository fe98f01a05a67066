import type { IDataObject } from 'n8n-workflow';

import type { DoneItem } from '../../../execution/item/itemOperation';
import type { UploadInput } from './checkUploads';
import type { uploadOptions } from './uploadOptions';

export type DoneUpload = DoneItem<UploadInput, typeof uploadOptions>;

/** A file that was uploaded, with its output as it is known so far. */
export interface UploadedFile {
	done: DoneUpload;
	id: string;
	json: IDataObject;
	/** The files that it replaces. */
	replaces: string[];
}
