"""Static files under hashed names, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; imports between JavaScript modules are rewritten to the hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 24  # one pass a level of imports; ours are deeper than Django's five
