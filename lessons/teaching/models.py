"""A course that an instructor writes lies in the database, so that every server process sees the same one."""

from django.conf import settings
from django.db import models


class Course(models.Model):
    """A course and who writes it. Its title, modules and order stand in its document `course.yaml`.

    It is served once `course.yaml` is published. `stamp` grows with all that learners can see: by it the server
    processes know that what they have read is old.
    """

    slug = models.SlugField(max_length=60, unique=True)
    stamp = models.PositiveBigIntegerField(default=0)
    retired = models.BooleanField(default=False)  # off the list, and still served to those who have its address
    created = models.DateTimeField(auto_now_add=True)
    synced = models.JSONField(default=dict)  # of each file when it was last in step with a folder: its SHA-256
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="courses")

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """That someone writes a course. The instructor may also say who else does."""

    class Role(models.TextChoices):
        """What an author may do."""

        INSTRUCTOR = "instructor"
        CO_AUTHOR = "co-author", "Co-author"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="one_membership_a_course")]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.course}"


class Document(models.Model):
    """A file of a course: `course.yaml`, a lesson `module/name.md`, or an image beside one.

    Content is bytes, so that what was imported is exported byte for byte. `published` is what learners are served,
    None until the first time; `draft` may be broken at any time. `version` counts the saved drafts, from 1.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="documents")
    path = models.CharField(max_length=200)
    draft = models.BinaryField()
    published = models.BinaryField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("path",)
        constraints = [models.UniqueConstraint(fields=["course", "path"], name="one_document_a_path")]

    def __str__(self) -> str:
        return f"{self.course}/{self.path}"

    @property
    def is_text(self) -> bool:
        """Whether it is written, and not an image."""
        return self.path.endswith((".md", ".yaml"))


class Revision(models.Model):
    """What a document was when someone saved, published, restored or imported it."""

    class What(models.TextChoices):
        """What was done."""

        SAVED = "saved"
        AUTOSAVED = "autosaved"
        PUBLISHED = "published"
        UNPUBLISHED = "unpublished"
        RETIRED = "retired"
        ARRANGED = "arranged"
        COPIED = "copied"
        RESTORED = "restored"
        IMPORTED = "imported"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="revisions")
    content = models.BinaryField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    when = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=20, choices=What.choices)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.document} {self.what} by {self.author}"


class Publication(models.Model):
    """One attempt to publish some lessons of a course: how far it is, and what came of it."""

    class Outcome(models.TextChoices):
        """How it ended."""

        RUNNING = "running"
        PUBLISHED = "published"
        PARTLY = "partly published"
        REFUSED = "refused"
        FAILED = "failed"
        CANCELLED = "cancelled"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="publications")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    paths = models.JSONField()  # of the lessons, and of the map where it goes with them; none for the map alone
    doing = models.CharField(max_length=250, blank=True, default="")  # the lesson that is played now
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.RUNNING)
    said = models.TextField(blank=True, default="")
    findings = models.JSONField(default=list)
    started = models.DateTimeField(auto_now_add=True)
    heard = models.DateTimeField(auto_now=True)  # a process that has died says nothing any more

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.course} by {self.author}: {self.outcome}"

    @property
    def lessons(self) -> list[str]:
        """The paths of the lessons."""
        return [path for path in self.paths if path.endswith(".md")]
