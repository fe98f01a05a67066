/** The kinds of tasks (page BatchCreateTasks). */
export const TASK_TYPES = [
	{ name: 'Delete Tables', value: 'DELETE_TABLES' },
	{ name: 'Question and Answer', value: 'QA' },
	{ name: 'Retry Files', value: 'RETRY_FILES' },
	{ name: 'Table Extraction', value: 'TABLE_EXTRACTION' },
];
