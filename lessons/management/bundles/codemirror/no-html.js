// Raw HTML is off in lessons: in place of the parsers of HTML, CSS and JavaScript, which would make this half as large again.
export const html = () => ({language: {parser: null}, support: []});
export const htmlCompletionSource = () => null;
