"""What every admin page of ours shares."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from ..permissions import is_moderator


class ModeratorPermissions:
    """Moderators see, add and change; nobody deletes what history needs, unless a page says so."""

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_add_permission(self, request, *args):
        return is_moderator(request.user)

    def has_change_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and is_moderator(request.user)


class ModeratorAdmin(ModeratorPermissions, admin.ModelAdmin):
    list_per_page = 50
    # Django lets the address filter on any field of the model: these would be guessed letter by letter.
    secret_fields = ()

    def lookup_allowed(self, lookup, value, request):
        return lookup.split("__")[0] not in self.secret_fields and super().lookup_allowed(lookup, value, request)


class ReferenceAdmin(ModeratorPermissions, SimpleHistoryAdmin):
    """Reference records, with their history; a code never changes once given."""

    list_per_page = 50
    fixed_fields = ("code",)

    def get_readonly_fields(self, request, obj=None):
        fixed = self.fixed_fields if obj else ()
        return [*super().get_readonly_fields(request, obj), *fixed]


class ModeratorTabularInline(ModeratorPermissions, admin.TabularInline):
    extra = 0

    def has_delete_permission(self, request, obj=None):
        return is_moderator(request.user)


class ReadOnlyAdmin(ModeratorAdmin):
    """Rows that the portal writes and nobody edits."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
